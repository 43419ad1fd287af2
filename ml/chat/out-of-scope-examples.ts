import type { Language } from '../text/language.ts';

/**
 * Subjects outside the knowledge base that people also ask about. They are in the vector index: a question nearer to
 * them than to any passage is probably out of scope.
 */
export const OUT_OF_SCOPE_EXAMPLES: Record<Language, readonly string[]> = {
  ko: [
    '오늘 날씨와 기온', '이번 주 미세먼지 예보', '맛집 추천', '저녁 메뉴 고르기', '요리법과 레시피', '집에서 빵 굽기', '커피 내리는 법',
    '영화 추천', '드라마 결말', '넷플릭스에서 볼 것', '음악과 노래 추천', '아이돌 콘서트 일정', '책 추천', '시와 글쓰기', '농담 해줘',
    '축구 경기 결과', '야구 순위', '운동과 헬스', '다이어트와 칼로리', '두통과 감기 증상', '병원 예약', '약 먹는 법', '잠이 안 와요',
    '여행 계획과 숙소', '비행기표와 환승', '버스와 지하철 시간', '길 찾기', '운전면허 시험 공부', '자동차 정비', '기름값', '중고차 시세',
    '수학 문제 풀이', '역사와 인물', '과학 상식', '영어 단어와 문법', '번역해 줘', '시험 공부 방법', '대학 입시', '논문 주제',
    '자바스크립트 코드 짜줘', '파이썬 문법', '프로그래밍 공부', '데이터베이스 설계', '엑셀 함수', '노트북과 컴퓨터 추천', '게임 공략',
    '연애와 친구 고민', '결혼 준비', '육아와 이유식', '반려동물 키우기', '식물과 화분', '청소와 빨래', '가전제품 고장과 수리', '인테리어와 이사',
    '부동산과 전세', '세금 신고 방법', '적금과 금리', '주가와 환율', '연봉과 이직', '회사 생활 고민', '회의 일정 잡기', '면접 준비', '이력서 쓰는 법',
    '선물 고르기', '옷과 패션', '화장품과 피부', '머리 스타일', '생일 파티', '명절 음식', '종교와 철학', '정치와 선거', '대통령과 정부', '뉴스 요약',
    '몇 시야', '며칠이야', '너 이름이 뭐야', '심심해', '사랑해', '배고파', '기분이 안 좋아',
  ],
  en: [
    'weather forecast for today', 'will it snow', 'restaurant recommendations', 'dinner recipe', 'how to bake bread', 'making coffee at home',
    'movie recommendations', 'the ending of a tv series', 'songs and music', 'concert tickets and dates', 'a good book to read', 'write a story',
    'tell me something funny', 'football match result', 'basketball standings', 'gym exercises', 'lose weight and calories', 'headache and cold symptoms',
    'make a doctor appointment', 'which medicine to take', 'cannot sleep at night', 'holiday plans and hotels', 'cheap flights', 'train timetable',
    'directions to the station', 'driving test', 'car maintenance', 'price of petrol', 'solve a maths problem', 'history and famous people',
    'science facts', 'english grammar', 'translate this sentence', 'how to study for exams', 'university admission', 'essay topic',
    'write some code for me', 'programming language tutorial', 'sort a list in python', 'database design', 'spreadsheet formula', 'which laptop to buy',
    'software version compatibility', 'video game walkthrough', 'relationship advice', 'wedding plans', 'baby food and parenting', 'taking care of a pet',
    'house plants', 'cleaning and laundry', 'repair a household appliance', 'furniture and moving house', 'rent and mortgage', 'how to file a tax return',
    'savings and interest rates', 'stock prices and markets', 'ask for a higher salary', 'problems with my boss', 'schedule a meeting', 'job interview tips',
    'gift ideas', 'clothes and fashion', 'skin care', 'hair style', 'birthday party', 'religion and philosophy', 'politics and elections',
    'the president and the government', 'summary of the news', 'what time is it', 'what day is today', 'what is your name', 'i am bored',
    'i love you', 'i am hungry', 'i feel sad', 'geography and capitals', 'animals and nature', 'stars and space', 'measure and convert units',
  ],
}; // biome-ignore format: a list reads better by row
